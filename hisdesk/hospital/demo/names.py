"""Names of the made-up people, by part of the world: lists only, the frequent names first."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Region:
    """One part of the world: its names, the syllables its rarer family names are built from, its share of people."""

    code: str
    share: float
    head: float  # part of the people who carry one of the listed family names
    family: tuple[str, ...]
    female: tuple[str, ...]
    male: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    middles: tuple[str, ...] = ()
    language: str = "en"
    country_code: str = "+1"
    female_ends: tuple[tuple[str, str], ...] = field(default=())  # family names that change with sex


def words(text: str) -> tuple[str, ...]:
    return tuple(part.replace("_", " ") for part in text.split())


REGIONS: tuple[Region, ...] = (
    Region(
        "en",
        0.25,
        0.34,
        words("""
            Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin
            Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker
            Nelson Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris
            Murphy Cook Rogers Morgan Cooper Reed Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks
            Bennett Gray Hughes Price Myers Long Foster Sanders Ross Powell Sullivan Russell Hayes Fisher Hamilton
            Graham Reynolds Griffin Wallace West Cole O'Brien O'Neill O'Connor McDonald McCarthy Fitzgerald
            Gallagher Ashworth Pemberton Whitaker Holloway Llewellyn St._John Smith-Jones
            """),
        words("""
            Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Margaret Sandra
            Ashley Emily Donna Michelle Carol Amanda Dorothy Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia
            Kathleen Amy Angela Anna Ruth Brenda Nicole Katherine Catherine Samantha Christine Emma Rachel Janet
            Maria Heather Diane Olivia Julie Joyce Victoria Kelly Christina Joan Evelyn Lauren Judith Megan Grace
            Hannah Charlotte Sophia Chloe Siobhán Niamh
            """),
        words("""
            James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony
            Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey
            Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank
            Alexander Raymond Patrick Jack Dennis Jerry Tyler Aaron Henry Adam Douglas Nathan Peter Zachary Kyle
            Walter Ethan Oliver Noah Seán Callum
            """),
        words("""
            Ash Beck Brad Bux Carl Chad Crom Dal Den El Fair Garn Hal Hart Hol Kings Lang Mar Nor Oak Pem Rad Rich
            Sher Stan Thorn Wal West Whit Win
            """),
        words("ton ford ley field wood well worth by ham more low stead dale hurst bridge croft man son combe water"),
    ),
    Region(
        "es",
        0.13,
        0.55,
        words("""
            García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera Gómez Díaz
            Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Mendoza Álvarez Jiménez Castillo Vásquez Romero
            Moreno Herrera Medina Aguilar Vargas Castro Guzmán Méndez Fernández Muñoz Salazar Soto Delgado Rojas
            Vega Ortega Núñez Peña Ibáñez García_López Pérez_Ruiz de_la_Cruz de_León Martínez_Díaz
            """),
        words("""
            María Guadalupe Juana Margarita Verónica Josefina Carmen Ana Rosa Leticia Alejandra Elena Yolanda
            Adriana Gloria Patricia Isabel Lucía Sofía Valeria Paula Daniela Camila Pilar Dolores Mercedes Teresa
            Marta Beatriz Rocío Inés Ángela Nuria Raquel Ximena Belén
            """),
        words("""
            José Juan Luis Carlos Francisco Jesús Antonio Miguel Ángel Manuel Pedro Alejandro Jorge Fernando Ricardo
            Roberto Javier Rafael Eduardo Sergio Raúl Andrés Daniel Diego Pablo Álvaro Héctor Óscar Ramón Enrique
            Iván Joaquín Tomás Emilio Hugo Martín Rubén
            """),
        words("""
            Al Ar Bar Bel Cal Can Car Cor Del Es Fuen Gal Her La Lo Mal Men Mon Na Or Pa Que Ro Sal San Ta Val Ve Vi
            Za
            """),
        words("nedo rrera varez lles quez ría ñón tero zar dal mosa güez nares cosa bano lla bra llejo drón meda"),
        language="es",
        country_code="+34",
    ),
    Region(
        "de",
        0.09,
        0.22,
        words("""
            Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter
            Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause
            Lehmann Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung
            Hahn Vogel Groß Strauß Böhm von_Berg Müller-Lüdenscheidt
            """),
        words("""
            Anna Maria Ursula Monika Petra Sabine Renate Helga Karin Elisabeth Ingrid Erika Andrea Gisela Claudia
            Susanne Gabriele Christa Christine Hildegard Birgit Brigitte Katharina Julia Stefanie Silke Martina
            Heike Angelika Käthe Lena Lea Hannah Anneliese Grete
            """),
        words("""
            Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter
            Manfred Gerhard Hans Bernd Thorsten Matthias Helmut Walter Heinz Martin Jörg Rolf Jens Sven Alexander
            Jan Rainer Holger Karl Karl-Heinz Hans-Peter Lukas Felix
            """),
        words("""
            Alt Bach Berg Brand Dorn Eber Eich Feld Frei Göt Grün Hag Hell Hohen Kalt Kirch Kron Lin Mit Neu Ober
            Rot Sand Schön Stein Tann Unter Wald Wein Wies
            """),
        words("""
            mann berger hauser bauer meier bach stein thal hof wald ner inger rich städt müller hagen lich kamp
            brück ow
            """),
        language="de",
        country_code="+49",
    ),
    Region(
        "fr",
        0.06,
        0.20,
        words("""
            Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux
            David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefebvre
            Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Perrin Clément
            d'Alembert Le_Goff
            """),
        words("""
            Marie Nathalie Isabelle Sylvie Catherine Martine Christine Françoise Valérie Sandrine Stéphanie
            Véronique Sophie Céline Chantal Patricia Anne Brigitte Julie Monique Aurélie Nicole Laurence Annie
            Émilie Dominique Virginie Corinne Élodie Camille Léa Chloé Manon Anne-Sophie
            """),
        words("""
            Jean Philippe Michel Alain Patrick Nicolas Christophe Pierre Christian Éric Frédéric Laurent Stéphane
            David Pascal Daniel Sébastien Julien Thierry Olivier Bernard Thomas Alexandre Gérard Didier Dominique
            Vincent François Bruno Guillaume Jérôme Jacques Jean-Pierre Jean-Luc Étienne Rémi
            """),
        words("""
            Beau Bel Bois Cha Char Cour Del Des Du Fon Gau Grand Ha La Lan Le Mal Mar Mon Mont Par Pel Per Ri Rou
            Sau Ta Va Ver Vil
            """),
        words("bert champ din don geron lier mont nard neau net quet rand reau ret rier taine tel ton vier ville"),
        language="fr",
        country_code="+33",
    ),
    Region(
        "it",
        0.04,
        0.16,
        words("""
            Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Mancini
            Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli
            Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola De_Santis D'Angelo Marchetti
            """),
        words("""
            Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina Francesca Antonietta Carla
            Elena Concetta Rita Margherita Franca Paola Giulia Chiara Sara Martina Valentina Alessia Federica Silvia
            Elisa Laura Ilaria
            """),
        words("""
            Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico
            Bruno Paolo Michele Giorgio Aldo Sergio Luciano Andrea Marco Alessandro Lorenzo Matteo Luca Davide
            Simone Nicolò Stefano
            """),
        words("Al Ba Bel Ber Bo Ca Cal Can Cas Co Cor Da Fa Fer Ga Gra La Lo Ma Man Mon Na Pa Pe Qua Ro Sa Tor Va Zan"),
        words("""
            betti brini cini chetti dini ella etti gnoni lini loni melli nardi netti nello rella rini sini telli
            toni zzi
            """),
        language="it",
        country_code="+39",
    ),
    Region(
        "pl",
        0.07,
        0.14,
        words("""
            Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski
            Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając
            Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski
            Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk
            """),
        words("""
            Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Zofia
            Aleksandra Teresa Danuta Monika Halina Irena Natalia Janina Julia Dorota Jadwiga Karolina Jolanta Beata
            Grażyna Iwona Bożena Łucja
            """),
        words("""
            Jan Andrzej Piotr Krzysztof Stanisław Tomasz Paweł Józef Marcin Marek Michał Grzegorz Jerzy Tadeusz Adam
            Łukasz Zbigniew Ryszard Dariusz Henryk Mariusz Kazimierz Wojciech Robert Mateusz Marian Rafał Jacek
            Janusz Mirosław
            """),
        words("""
            Bar Bie Bog Bor Brzo Ce Cho Czer Dob Gał Gó Gra Ja Jaro Kas Ko Krzy Le Lip Ma Nie Ol Pie Po Ra Sie Ste
            Wa Wil Zbo
            """),
        words("""
            lewski nowski rzycki dziński czyk ński wski cki kowski mski szewski siak czak rek ra szko wicz lak decki
            sz
            """),
        language="pl",
        country_code="+48",
        female_ends=(("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")),
    ),
    Region(
        "pt",
        0.05,
        0.5,
        words("""
            Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins Carvalho
            Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques
            Machado Mendes Freitas Cardoso Ramos Gonçalves Teixeira Araújo Simões da_Silva dos_Santos Conceição
            Magalhães
            """),
        words("""
            Maria Ana Francisca Antónia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra Camila Amanda Bruna
            Jéssica Letícia Júlia Luciana Vanessa Mariana Gabriela Vera Larissa Cláudia Beatriz Rita Inês Joana
            Catarina Conceição
            """),
        words("""
            José João António Francisco Carlos Paulo Pedro Lucas Luiz Marcos Luís Gabriel Rafael Daniel Marcelo
            Bruno Eduardo Felipe Rodrigo Manuel Mateus André Fernando Fábio Leonardo Gustavo Tiago Nuno Rui Sérgio
            """),
        words("""
            Al Ara Bar Bran Ca Car Cor Cou Es Fa Fi Gou Gui La Lei Ma Mei Mon Na Pa Pei Pin Que Sa Se Ta Te Tor Vas
            Vi
            """),
        words("""
            beiro cedo ção dão deira drade gal gueiro lho lhães meida nha nheiro queira reia rinho rosa tinho vão
            xeira
            """),
        language="pt",
        country_code="+351",
    ),
    Region(
        "in",
        0.07,
        0.45,
        words("""
            Kumar Singh Sharma Patel Devi Khan Das Gupta Reddy Yadav Verma Joshi Mishra Shah Nair Rao Iyer
            Chatterjee Banerjee Mukherjee Pillai Menon Choudhary Agarwal Jain Mehta Desai Kulkarni Patil Naidu Bhat
            Ghosh Bose Malhotra Kapoor Chopra Srinivasan Subramanian Krishnan Venkataraman
            """),
        words("""
            Priya Anita Sunita Lakshmi Pooja Kavita Neha Anjali Deepa Meena Rekha Geeta Asha Usha Radha Shanti Divya
            Swati Sneha Shreya Aishwarya Nandini Vidya Padma Sarita Savita Jyoti Kiran Manisha Ritu
            """),
        words("""
            Rajesh Suresh Ramesh Amit Vijay Sanjay Anil Sunil Rahul Ravi Ashok Manoj Deepak Arun Vinod Mahesh Rakesh
            Prakash Dinesh Mohan Ajay Vikram Arjun Karthik Krishna Ganesh Naveen Sandeep Pradeep Harish
            """),
        words("""
            Aga Ana Bala Bha Chand Cha Da Deva Ga Gir Ha Jaya Ka Kri Ma Mani Mu Na Pan Ra Raja Sa San Shi Su Ta Uma
            Va Ven Ya
            """),
        words("bhai dev gar jee jan kar krishna lal mani murthy nathan pal pathi puri raju ram rajan swamy wal tkar"),
        language="hi",
        country_code="+91",
    ),
    Region(
        "zh",
        0.06,
        0.85,
        words("""
            Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song
            Tang Han Feng Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lü Ding Ren Lu
            Yao Shen Zhong Cui Tan Fan Liao Shi Jin Jia Xia Fu Fang Zou Xiong Bai Meng Qin Qiu Hou Yan Xue Lei Long
            """),
        words("""
            Xiuying Min Jing Yan Xia Fang Xiumei Na Juan Lijuan Yanli Xiaohong Yumei Hong Ying Ting Mei Xue Lan Dan
            Ping Guihua Shuzhen Xiaoyan Xinyi Zihan Yutong Jiayi Xiaoli Qiuyue Meiling Yaqin Xiulan Lihua Chunhua
            """),
        words("""
            Wei Qiang Lei Jun Yong Jie Tao Ming Chao Gang Bin Peng Hao Zhiqiang Jianguo Guoqiang Jianhua Zhiwei
            Xiaoming Yifan Zixuan Haoran Yuhang Bo Kai Feng Long Hui Dong Wenjie Zhigang Weiming Dawei Jianping
            Guodong
            """),
        words("Ou Si Shang Zhu Huang Dong Dan Gong Hu Lin Nan Pu Tai Tuo Xia Yang Yu Zhong Mu Rong"),
        words("yang ma guan ge fu fang tai sun yan hu gong ba ban chi er jia"),
        middles=words("Xiao Jia Yi Wen Zi Ya Hai Jian Chun Guo"),
        language="zh",
        country_code="+86",
    ),
    Region(
        "ar",
        0.05,
        0.35,
        words("""
            Mohamed Ahmed Ali Hassan Hussein Ibrahim Mahmoud Khalil Abdullah Saleh Al-Rashid Al-Masri Haddad Khoury
            Mansour Nasser Al-Sayed El-Amin Saad Farouk Aziz Rahman Qasim Hamdan Darwish Al-Zahrani Al-Ghamdi Bakr
            Sabbagh Najjar Shaheen Abu_Bakr Abd_al-Rahman Bin_Said Fayed Zaki
            """),
        words("""
            Fatima Aisha Maryam Khadija Zainab Layla Noor Amina Salma Huda Rania Yasmin Samira Nadia Hanan Mona Dina
            Leila Sara Iman Reem Lina Rana Hala Amal Wafa Suad Najwa Ghada Basma
            """),
        words("""
            Mohammed Ahmad Omar Youssef Khaled Mustafa Abdul Hamza Tariq Karim Bilal Samir Walid Faisal Nabil Rami
            Ziad Jamal Hasan Adel Salim Anwar Fadi Majid Sami Imad Hisham Marwan Adnan Bashir
            """),
        words(
            "Ab Al- Ay Bas Dar Fak Gha Ha Ham Is Jab Kan Kas Kha Ma Maj Na Nab Qa Ra Sa Sha Ta Tam U Wa Ya Za Zay El-"
        ),
        words("adi ani ari awi ayeb bouri dani din fari hawi jari khani lawi madi mani rawi saleh shami tani zadeh"),
        language="ar",
        country_code="+971",
    ),
    Region(
        "vi",
        0.02,
        0.95,
        words("""
            Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đoàn Vương Trịnh Trương Đinh
            Lâm Mai Tô Hà Cao Châu Tạ Quách
            """),
        words("""
            Lan Hương Hoa Linh Trang Thảo Mai Ngọc Hà Hằng Nga Phương Thu Yến Tuyết Hạnh Loan Thủy Vân Anh Nhung
            Quỳnh Trinh Duyên Giang Ánh Bích Diệp Khánh My
            """),
        words("""
            Hùng Dũng Minh Tuấn Nam Long Sơn Hải Cường Thành Đức Anh Quang Phúc Bình Khoa Huy Tâm Trung Kiên Hiếu
            Lộc Tài Toàn Việt Bảo Đạt Khải Nghĩa Phong
            """),
        words("Ấu Bạch Biện Công Chử Diệp Giáp Kiều Khúc Lục Lương Mạc Nghiêm Ông Phùng Quản Sử Thái Tiêu Từ"),
        words("u an a i inh"),
        middles=words("Thị Văn Ngọc Đức Minh Thanh Hữu Xuân Quốc Kim Thu Hoàng Bảo Gia Như"),
        language="vi",
        country_code="+84",
    ),
    Region(
        "ng",
        0.04,
        0.25,
        words("""
            Okafor Adeyemi Okeke Balogun Ibrahim Musa Eze Obi Nwosu Adebayo Abubakar Okonkwo Bello Adeleke Onyeka
            Chukwu Ogunleye Afolabi Lawal Nwachukwu Olawale Mohammed Uche Danjuma Ezeilo Akande Oyelaran Igwe Nnamdi
            Amadi Oladipo Yusuf Olúwaṣeun Ọ̀gúnbíyì Adéwálé Chidozie
            """),
        words("""
            Ngozi Chioma Amaka Funmilayo Aisha Blessing Folake Adaeze Yetunde Ifeoma Halima Kemi Chinwe Bukola
            Zainab Nneka Temitope Titilayo Obiageli Simisola Ebere Grace Hauwa Ṣadé Bísí
            """),
        words("""
            Chinedu Emeka Oluwaseun Ibrahim Tunde Chukwuemeka Babatunde Adebola Musa Ikechukwu Olumide Segun Kelechi
            Obinna Femi Uchenna Abubakar Sunday Godwin Ayodele Chidi Yakubu Kunle Túndé Nnamdi
            """),
        words("""
            Ade Aki Aba Ama Ane Ani Chi Chuk Eje Eke Eze Ife Iwu Nna Nwa Oba Odu Ogu Oke Ola Olu Omo Onu Onye Oye
            Udo Ugo Uka Umo Uzo
            """),
        words("bayo biyi chukwu dele fola jide kanma kwu leye lola mba mide nma nna nwa ola peju rinola sola yemi"),
        language="en",
        country_code="+234",
    ),
    Region(
        "nordic",
        0.04,
        0.3,
        words("""
            Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Hansen Olsen
            Larsen Andersen Pedersen Nielsen Jensen Sørensen Rasmussen Jørgensen Møller Bjørnstad Åkesson Sjöström
            Lindström Håkansson Korhonen Virtanen Mäkinen Nieminen Hämäläinen Ægirsson Jónsdóttir Bergström Øverland
            """),
        words("""
            Anna Eva Maria Karin Kristina Lena Emma Ingrid Astrid Sofie Ida Maja Freja Signe Åse Bjørg Solveig Märta
            Elsa Liisa Aino Päivi Hanna Kirsten Birgitta Ulla Marit Tuva Sigríður Guðrún
            """),
        words("""
            Lars Anders Erik Per Karl Johan Nils Olof Jan Mikael Magnus Henrik Jens Søren Bjørn Kåre Håkon Øystein
            Göran Åke Sven Juhani Mikko Matti Pekka Rasmus Kasper Leif Þór Arne
            """),
        words("""
            Ahl Berg Björk Bo Dahl Ek En Fors Gran Hag Hed Hell Holm Ljung Lind Lund Nor Ny Ny- Ros Sand Sjö Skog
            Söder Stor Ström Sund Väst Wik Öst
            """),
        words("berg blom bäck dahl fors gren holm kvist lund man mark quist rud sen son strand ström vall ø vik"),
        language="sv",
        country_code="+46",
    ),
    Region(
        "ru",
        0.03,
        0.25,
        words("""
            Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov Alekseev
            Lebedev Semenov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev Makarov Nikitin Zakharov Shevchenko
            Kovalenko Bondarenko Tkachenko Kravchenko
            """),
        words("""
            Anna Elena Olga Natalia Irina Tatiana Svetlana Maria Ekaterina Galina Ludmila Anastasia Valentina Nina
            Yulia Marina Oksana Daria Vera Ksenia Alina Polina Larisa Nadezhda Sofia
            """),
        words("""
            Alexander Sergei Dmitri Andrei Alexei Vladimir Mikhail Nikolai Ivan Igor Yuri Evgeny Oleg Maxim Pavel
            Viktor Konstantin Anatoly Roman Boris Vasily Grigory Kirill Denis Fyodor
            """),
        words("""
            Ar Bel Bog Bul Cher Dar Der Do Ger Gor Gri Kal Kar Kor Kras Ler Lom Mal Mir Ost Pan Ras Rom Sav Sher Sol
            Tar Ul Vor Zhu
            """),
        words("in ov ev sky kin nov lov tin shin chuk enko manov rov dov tsev gin kov min vin zov"),
        language="ru",
        country_code="+7",
        female_ends=(("ov", "ova"), ("ev", "eva"), ("in", "ina"), ("sky", "skaya")),
    ),
)

# Family and given names as the person writes them, beside the Latin form: (Latin family, original family).
ORIGINAL_FAMILY = {
    "ar": dict(
        zip(
            words("""
            Mohamed Ahmed Ali Hassan Hussein Ibrahim Mahmoud Khalil Abdullah Saleh Al-Rashid Al-Masri Haddad Khoury
            Mansour Nasser
            """),
            words("محمد أحمد علي حسن حسين إبراهيم محمود خليل عبدالله صالح الراشد المصري حداد خوري منصور ناصر"),
            strict=True,
        )
    ),
    "zh": dict(
        zip(
            words("Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo"),
            words("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗"),
            strict=True,
        )
    ),
    "ru": dict(
        zip(
            words("Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov"),
            words("Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков"),
            strict=True,
        )
    ),
}
ORIGINAL_GIVEN = {
    "ar": dict(
        zip(
            words("""
            Fatima Aisha Maryam Khadija Zainab Layla Noor Amina Salma Huda Mohammed Ahmad Omar Youssef Khaled
            Mustafa Hamza Tariq Karim Bilal
            """),
            words(
                "فاطمة عائشة مريم خديجة زينب ليلى نور أمينة سلمى هدى محمد أحمد عمر يوسف خالد مصطفى حمزة طارق كريم بلال"
            ),
            strict=True,
        )
    ),
    "zh": dict(
        zip(
            words("Min Jing Yan Xia Fang Na Juan Hong Ying Mei Wei Qiang Lei Jun Yong Jie Tao Ming Gang Bin"),
            words("敏 静 艳 霞 芳 娜 娟 红 英 梅 伟 强 磊 军 勇 杰 涛 明 刚 斌"),
            strict=True,
        )
    ),
    "ru": dict(
        zip(
            words("Anna Elena Olga Natalia Irina Tatiana Alexander Sergei Dmitri Andrei Alexei Vladimir"),
            words("Анна Елена Ольга Наталья Ирина Татьяна Александр Сергей Дмитрий Андрей Алексей Владимир"),
            strict=True,
        )
    ),
}
